// Mentions in comments. A comment keeps `@[name](usr_id)`; while it is written it says `@name`, and whom each name
// means is kept beside the text.

/** Somebody named in a text. */
export interface Mention {
  readonly id: string
  readonly name: string
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mention'; readonly id: string; readonly name: string }
  | { readonly kind: 'url'; readonly url: string }

/** As the server reads it; a name holds no bracket. */
const MENTION = /@\[([^\][\n]{1,80})\]\(([A-Za-z0-9_-]{1,40})\)/g
const URL = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}…]/g

/** A comment in pieces, in order. */
export function parseBody(body: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const found of body.matchAll(MENTION)) {
    pieces.push(...withUrls(body.slice(end, found.index)))
    pieces.push({ kind: 'mention', name: found[1] ?? '', id: found[2] ?? '' })
    end = found.index + found[0].length
  }
  return [...pieces, ...withUrls(body.slice(end))]
}

/** Text with its web addresses apart. */
export function withUrls(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const found of text.matchAll(URL)) {
    if (found.index > end) pieces.push({ kind: 'text', text: text.slice(end, found.index) })
    pieces.push({ kind: 'url', url: found[0] })
    end = found.index + found[0].length
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}

/** A comment as it is written: names in place of marks. */
export function toDraft(body: string): { text: string; mentions: Mention[] } {
  const mentions: Mention[] = []
  const text = body.replace(MENTION, (_, name: string, id: string) => {
    mentions.push({ id, name })
    return `@${name}`
  })
  return { text, mentions }
}

/** A written comment as it is kept. Each name that still stands there is marked; a longer name goes before its start. */
export function fromDraft(text: string, mentions: readonly Mention[]): string {
  const known = new Map(mentions.map(({ id, name }) => [clean(name), id] as const))
  const names = [...known.keys()].filter((name) => name !== '').sort((a, b) => b.length - a.length)
  if (names.length === 0) return text
  const any = new RegExp(`@(${names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`, 'g')
  return text.replace(any, (_, name: string) => `@[${name}](${known.get(name) ?? ''})`)
}

/** A name as a mark can hold it. */
export function clean(name: string): string {
  return name.replace(/[\][\n]/g, '').slice(0, 80)
}

/** What is being typed after an `@` right before the caret; null when nothing is. */
export function mentionQuery(text: string, caret: number): { query: string; start: number } | null {
  const found = /(?:^|[\s(])@([^\s@]{0,40})$/.exec(text.slice(0, caret))
  return found ? { query: found[1] ?? '', start: caret - (found[1] ?? '').length - 1 } : null
}
