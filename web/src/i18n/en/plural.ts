// The plural that English nouns take.

export const s = (count: number): string => (count === 1 ? '' : 's')
