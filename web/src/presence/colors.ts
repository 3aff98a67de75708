/** Colours a person can have: `--person-1` … `--person-12`. */
export const COLORS = 12
