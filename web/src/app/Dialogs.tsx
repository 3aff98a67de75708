// Draws the window that is open over the app. Each is fetched when it is first opened.

import { Suspense } from 'react'
import { useSignal } from '../board/signal.ts'
import { dialog } from './dialogs.ts'
import { lazyPart } from './lazy-part.ts'

const load = {
  palette: () => import('../palette/Palette.tsx'),
  shortcuts: () => import('../palette/Shortcuts.tsx'),
  newBoard: () => import('../transfer/NewBoard.tsx'),
  renameBoard: () => import('../transfer/RenameBoard.tsx'),
  importFile: () => import('../transfer/ImportFile.tsx'),
  unsaved: () => import('../status/UnsavedList.tsx'),
}
const Palette = lazyPart(async () => (await load.palette()).Palette)
const Shortcuts = lazyPart(async () => (await load.shortcuts()).Shortcuts)
const NewBoard = lazyPart(async () => (await load.newBoard()).NewBoard)
const RenameBoard = lazyPart(async () => (await load.renameBoard()).RenameBoard)
const ImportFile = lazyPart(async () => (await load.importFile()).ImportFile)
const UnsavedList = lazyPart(async () => (await load.unsaved()).UnsavedList)

export function Dialogs() {
  const open = useSignal(dialog, (current) => current)
  if (!open) return null
  let shown = null
  switch (open.kind) {
    case 'palette':
      shown = <Palette />
      break
    case 'shortcuts':
      shown = <Shortcuts />
      break
    case 'new-board':
      shown = <NewBoard />
      break
    case 'rename-board':
      shown = <RenameBoard board={open.board} />
      break
    case 'import':
      shown = <ImportFile board={open.board} />
      break
    case 'unsaved':
      shown = <UnsavedList board={open.board} />
      break
    default:
      shown = open satisfies never
  }
  return <Suspense fallback={null}>{shown}</Suspense>
}

/** Fetches what any view may open, once there is time for it. */
export function prefetchDialogs(): void {
  void Promise.allSettled(Object.values(load).map((part) => part()))
}
