// Whether single letters are shortcuts; some people's speech input makes them by accident (WCAG 2.1.4).

const STORED = 'calit.singleKeys'

export function singleKeysAreOn(): boolean {
  return localStorage.getItem(STORED) !== 'off'
}

export function switchSingleKeys(isOn: boolean): void {
  localStorage.setItem(STORED, isOn ? 'on' : 'off')
}
