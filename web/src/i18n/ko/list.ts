// Korean: the list.

export const list = {} as const
