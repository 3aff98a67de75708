// The board's only door.

export { BoardView } from './BoardView.tsx'
export { type BoardModel, useBoardModel, useCardData, useSnapshot } from './board-context.tsx'
export { labelColor } from './Card.tsx'
export { dueWords, formatMoment } from './due.ts'
export { replaceText, TITLE_MAX } from './edits.ts'
export { moveAndSay, titleOf } from './moves.ts'
export { isText, nested } from './read.ts'
