// Korean: the home page.

export const home = {} as const
