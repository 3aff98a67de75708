// Korean: the pickers of a card’s fields.

export const fields = {} as const
