// The figures of a chart as a table, for whoever reads rather than looks.

import { useT } from '../../i18n/index.ts'

interface Props {
  readonly head: readonly string[]
  readonly rows: readonly {
    readonly key: string | number
    readonly name: string
    readonly values: readonly (number | null)[]
  }[]
}

export function ChartTable({ head, rows }: Props) {
  const t = useT()
  return (
    <details className="chart-table">
      <summary>{t('burndown.table')}</summary>
      <table>
        <thead>
          <tr>
            {head.map((words) => (
              <th key={words} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, values }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {values.map((value, at) => (
                <td key={head[at + 1]}>{value ?? '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
