// The board that lies open, for what stands outside of it: the palette and the keys of the app.

import type { BoardModel } from '../board/board-context.tsx'
import { Signal } from '../board/signal.ts'

export const openBoard = new Signal<BoardModel | null>(null)
