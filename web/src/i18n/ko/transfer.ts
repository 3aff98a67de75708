// Korean: boards made, renamed, brought in and taken out.

export const transfer = {} as const
