// Names of new sprints.

/** The name that follows another: its last number up to the next one that nobody has; null when it has no number. */
export function nextName(last: string | null, taken: readonly string[]): string | null {
  const match = last === null ? null : /^(.*?)(\d{1,9})(\D*)$/.exec(last)
  if (!match) return null
  const [, before = '', number = '', after = ''] = match
  let next = Number(number) + 1
  while (taken.includes(`${before}${next}${after}`)) next += 1
  return `${before}${next}${after}`
}
