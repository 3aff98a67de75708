// The name that a board from Trello gets; the one in the file, unless somebody knows a better one.

import { type FormEvent, useEffect, useState } from 'react'
import { isRecord } from '../board/register.ts'
import { useT } from '../i18n/index.ts'
import { BoardNameField, NAME_MAX, TroubleLine } from './BoardNameField.tsx'

/** Reading a larger file only for its name would hold the screen up. */
const READ_BYTES_MAX = 16 * 1024 * 1024

interface Props {
  readonly file: File
  readonly trouble: string
  readonly onBack: () => void
  readonly onName: (name: string) => void
}

export function NameBoard({ file, trouble, onBack, onName }: Props) {
  const t = useT()
  const [name, setName] = useState(() => nameOfFile(file.name))
  useEffect(() => {
    let isCurrent = true
    void nameInside(file).then((inside) => {
      // Not over what somebody has begun to type.
      if (isCurrent && inside) setName((current) => (current === nameOfFile(file.name) ? inside : current))
    })
    return () => {
      isCurrent = false
    }
  }, [file])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (name.trim() !== '') onName(name.trim())
  }
  return (
    <form className="transfer-form" onSubmit={submit}>
      <p className="quiet">{file.name}</p>
      <BoardNameField name={name} onName={setName} />
      <TroubleLine trouble={trouble} />
      <div className="window-foot">
        <button type="button" className="button" onClick={onBack}>
          {t('transfer.back')}
        </button>
        <button type="submit" className="button button-primary push" disabled={name.trim() === ''}>
          {t('transfer.import')}
        </button>
      </div>
    </form>
  )
}

/** What a file is called, without what says its kind. */
export function nameOfFile(file: string): string {
  return file.replace(/\.[^.]+$/, '').slice(0, NAME_MAX)
}

async function nameInside(file: File): Promise<string | null> {
  if (file.size > READ_BYTES_MAX) return null
  try {
    const content: unknown = JSON.parse(await file.text())
    const name = isRecord(content) ? content['name'] : null
    return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, NAME_MAX) : null
  } catch {
    return null
  }
}
