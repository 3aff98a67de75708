// The board's only door.

export { type BoardModel, useBoardModel, useCardData, useSnapshot } from './board-context.tsx'
export { BoardView } from './BoardView.tsx'
export { labelColor } from './Card.tsx'
export { dueWords, formatMoment } from './due.ts'
export { replaceText, TITLE_MAX } from './edits.ts'
export { isText, nested } from './read.ts'
export { moveAndSay, titleOf } from './moves.ts'
