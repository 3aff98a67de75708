// What every form about a board has: its name, and what went wrong.

import { useT } from '../i18n/index.ts'

/** Longest name that the app takes, in UTF-16 units; the server takes more. */
export const NAME_MAX = 120

interface Props {
  readonly name: string
  readonly onName: (name: string) => void
  readonly placeholder?: string
  /** Whether the name is chosen whole when the field is entered, so that typing replaces it. */
  readonly selectsAll?: boolean
}

export function BoardNameField({ name, onName, placeholder, selectsAll = false }: Props) {
  const t = useT()
  return (
    <label className="window-field">
      <span>{t('transfer.boardName')}</span>
      <input
        className="field"
        value={name}
        maxLength={NAME_MAX}
        placeholder={placeholder}
        autoComplete="off"
        onFocus={(event) => {
          if (selectsAll) event.target.select()
        }}
        onChange={(event) => onName(event.target.value)}
      />
    </label>
  )
}

export function TroubleLine({ trouble }: { trouble: string }) {
  if (trouble === '') return null
  return (
    <p className="trouble-line" role="alert">
      {trouble}
    </p>
  )
}
