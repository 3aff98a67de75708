// What a person chose for this device, beyond language and theme.

import { Signal } from '../board/signal.ts'
import { recall, remember } from './stored.ts'

const STORED = 'calit.single-keys'

/** Whether one letter alone does something (WCAG 2.1.4: it can be switched off). */
export const singleKeys = new Signal(recall(STORED) !== 'off')

export function setSingleKeys(isOn: boolean): void {
  remember(STORED, isOn ? 'on' : 'off')
  singleKeys.set(isOn)
}

const STORED_QUIET = 'calit.quiet-moves'

/** Whether others' moves are left unsaid to screen readers. */
export const quietMoves = new Signal(recall(STORED_QUIET) === 'on')

export function setQuietMoves(isOn: boolean): void {
  remember(STORED_QUIET, isOn ? 'on' : 'off')
  quietMoves.set(isOn)
}
