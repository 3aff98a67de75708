// What an import lost, in words. The server's report names things as the file does and explains them in English; here
// its phrases get their Korean, and lines that say the same are told as one.

import { currentLanguage, t } from '../i18n/index.ts'
import { KOREAN } from './loss-words-ko.ts'
import type { Loss } from './upload.ts'

export interface LossLine {
  readonly key: string
  readonly count: number
  readonly words: string
  readonly detail: string
}

/** The most frequent first; what is gone before what is only not shown. */
export function lossLines(losses: readonly Loss[]): LossLine[] {
  const lines = new Map<string, LossLine & { readonly isKept: boolean }>()
  for (const loss of losses) {
    const [words, note] = phrases(loss)
    const isKept = loss.fate === 'kept'
    const places = loss.lines.length > 0 ? t('transfer.lines', { lines: loss.lines.join(', ') }) : ''
    const key = `${loss.fate} ${words} ${note}`
    const same = lines.get(key)
    lines.set(key, {
      key,
      count: loss.count + (same?.count ?? 0),
      words,
      detail: [note, places, isKept ? t('transfer.kept') : ''].filter((part) => part !== '').join(' · '),
      isKept,
    })
  }
  return [...lines.values()].sort((a, b) => Number(a.isKept) - Number(b.isKept) || b.count - a.count)
}

function phrases({ kind, note }: Loss): [words: string, note: string] {
  const column = /^column "(.*)"$/s.exec(kind)?.[1]
  if (column !== undefined) return [t('transfer.lostColumn', { name: column }), said(note)]
  // A name out of the file's own format means nothing to its reader; the explanation does.
  if (kind.includes('.') && note !== '') return [said(note), '']
  return [said(kind), said(note)]
}

function said(phrase: string): string {
  return currentLanguage() === 'ko' ? (KOREAN[phrase] ?? phrase) : phrase
}
