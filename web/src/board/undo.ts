// Taking back and doing again: only what this person did, whatever others did meanwhile.

import { announce, toast } from '../app/announce.tsx'
import { t } from '../i18n/index.ts'
import type { BoardModel } from './board-context.tsx'
import { OWN_EDIT } from './writer.ts'

const UNDO_KEYS = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘Z' : 'Ctrl Z'

/** Several edits as one transaction: they reach others as one, and are undone as one. */
export function together(model: BoardModel, edits: () => void): void {
  model.store.document.transact(edits, OWN_EDIT)
}

/** Shows what was just done and takes it back on request: the edit itself while it is the last, else by `back`. */
export function offerUndo(model: BoardModel, text: string, back: () => void): void {
  const done = model.undo.undoStack.at(-1)
  const undo = (): void => {
    if (done && model.undo.undoStack.at(-1) === done) model.undo.undo()
    else back()
    announce(t('undo.undone'))
  }
  toast(text, undo, { keys: UNDO_KEYS })
}

export function undo(model: BoardModel): void {
  announce(t(model.undo.undo() ? 'undo.undone' : 'undo.nothing'))
}

export function redo(model: BoardModel): void {
  announce(t(model.undo.redo() ? 'undo.redone' : 'undo.nothingToRedo'))
}
