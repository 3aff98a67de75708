// Korean: the command palette and the shortcuts.

export const palette = {} as const
