// Brings a file in: dropped or chosen, mapped if it is a table, sent with progress, with a report of what was lost and
// the way back.

import { FileUp } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { closeDialog } from '../app/dialogs.ts'
import { Window } from '../app/Window.tsx'
import { type BoardLink, loadWorkspace } from '../app/workspace.ts'
import { useT } from '../i18n/index.ts'
import { TroubleLine } from './BoardNameField.tsx'
import { troubleOf } from './board-actions.ts'
import { ImportDone } from './ImportDone.tsx'
import { MapColumns } from './MapColumns.tsx'
import { NameBoard } from './NameBoard.tsx'
import {
  FILE_BYTES_MAX,
  type Field,
  type Imported,
  importCsv,
  importTrello,
  type Preview,
  previewCsv,
} from './upload.ts'
import './transfer.css'

type Step =
  | { readonly kind: 'choose'; readonly trouble: string }
  | { readonly kind: 'busy'; readonly doing: 'reading' | 'importing'; readonly share: number }
  | { readonly kind: 'trello'; readonly file: File; readonly trouble: string }
  | { readonly kind: 'map'; readonly file: File; readonly preview: Preview; readonly trouble: string }
  | { readonly kind: 'done'; readonly imported: Imported; readonly name: string }

const CHOOSE: Step = { kind: 'choose', trouble: '' }

export function ImportFile({ board }: { board: Pick<BoardLink, 'id' | 'name'> | null }) {
  const t = useT()
  const [step, setStep] = useState<Step>(CHOOSE)
  const busy = (doing: 'reading' | 'importing') => (share: number) => setStep({ kind: 'busy', doing, share })

  const take = async (file: File): Promise<void> => {
    const isTrello = /\.json$/i.test(file.name)
    if (file.size > FILE_BYTES_MAX) return setStep({ kind: 'choose', trouble: t('transfer.tooBig') })
    if (board ? isTrello : !isTrello && !/\.(csv|tsv|txt)$/i.test(file.name)) {
      return setStep({ kind: 'choose', trouble: t('transfer.wrongKind') })
    }
    if (isTrello) return setStep({ kind: 'trello', file, trouble: '' })
    busy('reading')(0)
    try {
      setStep({ kind: 'map', file, preview: await previewCsv(file, busy('reading')), trouble: '' })
    } catch (error) {
      setStep({ kind: 'choose', trouble: troubleOf(error) })
    }
  }

  const bringIn = async (
    name: string,
    work: () => Promise<Imported>,
    back: (trouble: string) => Step,
  ): Promise<void> => {
    busy('importing')(0)
    try {
      const imported = await work()
      setStep({ kind: 'done', imported, name })
      void loadWorkspace()
    } catch (error) {
      setStep(back(troubleOf(error)))
    }
  }
  const bringTrello = (file: File, name: string): Promise<void> =>
    bringIn(
      name,
      () => importTrello(file, name, busy('importing')),
      (trouble) => ({ kind: 'trello', file, trouble }),
    )
  const bringCsv = (file: File, preview: Preview, name: string, fields: ReadonlyMap<number, Field>): Promise<void> =>
    bringIn(
      name,
      () => importCsv(file, board ? { board: board.id } : { name }, fields, busy('importing')),
      (trouble) => ({ kind: 'map', file, preview, trouble }),
    )

  let shown = null
  switch (step.kind) {
    case 'choose':
      shown = <Choose hasTrello={board === null} trouble={step.trouble} onFile={(file) => void take(file)} />
      break
    case 'busy':
      shown = <Busy doing={step.doing} share={step.share} />
      break
    case 'trello':
      shown = (
        <NameBoard
          file={step.file}
          trouble={step.trouble}
          onBack={() => setStep(CHOOSE)}
          onName={(name) => void bringTrello(step.file, name)}
        />
      )
      break
    case 'map':
      shown = (
        <MapColumns
          file={step.file.name}
          preview={step.preview}
          board={board?.name ?? null}
          trouble={step.trouble}
          onBack={() => setStep(CHOOSE)}
          onImport={(name, fields) => void bringCsv(step.file, step.preview, name, fields)}
        />
      )
      break
    case 'done':
      shown = <ImportDone imported={step.imported} name={step.name} isNewBoard={board === null} />
      break
    default:
      shown = step satisfies never
  }
  return (
    <Window
      title={board ? t('transfer.importIntoTitle', { name: board.name }) : t('transfer.importTitle')}
      className={step.kind === 'map' ? 'window-wide' : ''}
      onClose={closeDialog}
    >
      {shown}
    </Window>
  )
}

interface ChooseProps {
  readonly hasTrello: boolean
  readonly trouble: string
  readonly onFile: (file: File) => void
}

function Choose({ hasTrello, trouble, onFile }: ChooseProps) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = (file: File | undefined): void => {
    if (file) onFile(file)
  }
  const onDrop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first */}
      <div
        className="drop"
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <FileUp className="icon" aria-hidden="true" />
        <p>{t('transfer.drop')}</p>
        <button type="button" className="button button-edge" onClick={() => input.current?.click()}>
          {t('transfer.choose')}
        </button>
        <p className="quiet">{t(hasTrello ? 'transfer.kinds' : 'transfer.kindsCsv')}</p>
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={t('transfer.choose')}
          accept={hasTrello ? '.json,.csv,.tsv,.txt' : '.csv,.tsv,.txt'}
          onChange={(event) => take(event.target.files?.[0])}
        />
      </div>
      <TroubleLine trouble={trouble} />
    </>
  )
}

function Busy({ doing, share }: { doing: 'reading' | 'importing'; share: number }) {
  const t = useT()
  const isSent = share >= 1
  const words =
    !isSent && share > 0
      ? t('transfer.sending', { percent: Math.round(share * 100) })
      : t(doing === 'reading' ? 'transfer.reading' : 'transfer.working')
  return (
    <div className="transfer-busy" role="status">
      <progress aria-label={words} {...(isSent ? {} : { value: share })} />
      <p>{words}</p>
    </div>
  )
}
