// Which column of a table goes where: guessed, shown with examples, and changed by a select.

import { type FormEvent, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { BoardNameField, TroubleLine } from './BoardNameField.tsx'
import { nameOfFile } from './NameBoard.tsx'
import { FIELDS, type Field, type Preview } from './upload.ts'

interface Props {
  readonly file: string
  readonly preview: Preview
  /** The board that it goes into; null makes a new one. */
  readonly board: string | null
  readonly trouble: string
  readonly onBack: () => void
  readonly onImport: (name: string, fields: ReadonlyMap<number, Field>) => void
}

export function MapColumns({ file, preview, board, trouble, onBack, onImport }: Props) {
  const t = useT()
  const [name, setName] = useState(board ?? nameOfFile(file))
  const [fields, setFields] = useState<ReadonlyMap<number, Field>>(
    () => new Map(preview.columns.flatMap(({ index, field }) => (field ? [[index, field] as const] : []))),
  )
  const hasTitle = [...fields.values()].includes('title')
  const canImport = hasTitle && name.trim() !== ''
  const choose = (index: number, value: string): void => {
    const field = FIELDS.find((known) => known === value)
    const next = new Map(fields)
    if (field) next.set(index, field)
    else next.delete(index)
    setFields(next)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (canImport) onImport(name.trim(), fields)
  }
  return (
    <form className="transfer-form" onSubmit={submit}>
      <p>
        {t('transfer.preview', { rows: preview.rows, file })}
        <br />
        <span className="quiet">{t(preview.isJira ? 'transfer.jira' : 'transfer.mapHint')}</span>
      </p>
      {board === null && <BoardNameField name={name} onName={setName} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className="map" tabIndex={0} aria-label={t('transfer.mapHint')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('transfer.column')}</th>
              <th scope="col">{t('transfer.sample')}</th>
              <th scope="col">{t('transfer.field')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.columns.map((column) => (
              <tr key={column.index} data-ignored={!fields.has(column.index) || undefined}>
                <th scope="row">{column.name}</th>
                <td>
                  {column.samples.map((sample, at) => (
                    <span key={at} className="cut">
                      {sample}
                    </span>
                  ))}
                </td>
                <td>
                  <select
                    className="field"
                    aria-label={`${column.name}: ${t('transfer.field')}`}
                    value={fields.get(column.index) ?? ''}
                    onChange={(event) => choose(column.index, event.target.value)}
                  >
                    <option value="">{t('transfer.field.ignore')}</option>
                    {FIELDS.map((field) => (
                      <option key={field} value={field}>
                        {t(`transfer.field.${field}`)}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <TroubleLine trouble={trouble} />
      <div className="window-foot">
        <button type="button" className="button" onClick={onBack}>
          {t('transfer.back')}
        </button>
        <span className="quiet push" role="status">
          {hasTitle ? '' : t('transfer.needsTitle')}
        </span>
        <button type="submit" className="button button-primary" disabled={!canImport}>
          {t('transfer.importRows', { rows: preview.rows })}
        </button>
      </div>
    </form>
  )
}
