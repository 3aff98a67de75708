// What a person chose for this device, beyond language and theme.

import { Signal } from '../board/signal.ts'

const STORED = 'calit.single-keys'

/** Whether one letter alone does something (WCAG 2.1.4: it can be switched off). */
export const singleKeys = new Signal(localStorage.getItem(STORED) !== 'off')

export function setSingleKeys(isOn: boolean): void {
  localStorage.setItem(STORED, isOn ? 'on' : 'off')
  singleKeys.set(isOn)
}
