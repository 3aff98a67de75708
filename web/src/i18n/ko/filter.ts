// Korean: filters, lanes, the archive and the trash.

export const filter = {} as const
