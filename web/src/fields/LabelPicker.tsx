// Labels of cards, and the board's labels themselves: what is typed and not there can be made, any can be changed.

import { ArrowLeft, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { announce, toast } from '../app/announce.tsx'
import { useBoard, useSnapshot } from '../board/board-context.tsx'
import { LABEL_COLORS, labelColor } from '../board/CardFacts.tsx'
import type { Label } from '../board/read.ts'
import { TITLE_MAX } from '../board/texts.ts'
import { useT } from '../i18n/index.ts'
import { stateAcross } from './across.ts'
import type { PickerProps } from './FieldMenu.tsx'
import { type Option, Picker } from './Picker.tsx'

export function LabelPicker({ cards, ids }: PickerProps) {
  const board = useBoard()
  const t = useT()
  const { labels } = useSnapshot()
  const [editing, setEditing] = useState<string | null>(null)
  const edited = editing === null ? undefined : labels.get(editing)
  if (edited) return <LabelEditor label={edited} onDone={() => setEditing(null)} />
  const options: Option[] = [...labels.values()]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((label) => ({
      id: label.id,
      words: label.name || t(`label.${colorOf(label)}`),
      icon: <i className="label-dot" style={labelColor(label.color)} />,
      state: stateAcross(cards, (card) => card.labels.includes(label.id)),
    }))
  return (
    <Picker
      label={t('field.labels')}
      hint={t('label.searchHint')}
      isMulti
      options={options}
      onEdit={setEditing}
      onPick={(id) => {
        const option = options.find((known) => known.id === id)
        if (!option) return
        board.edits.label(ids, id, option.state !== true)
        announce(t(option.state === true ? 'label.off' : 'label.on', { name: option.words }))
      }}
      create={{
        words: (query) => (options.some(({ words }) => words === query) ? null : t('label.create', { name: query })),
        run: (query) => {
          const id = board.edits.addLabel(query, rarest([...labels.values()]))
          board.edits.label(ids, id, true)
          announce(t('label.on', { name: query }))
          setEditing(id)
        },
      }}
    />
  )
}

/** The colour that the fewest labels have, so that new ones stand apart. */
function rarest(labels: readonly Label[]): string {
  const uses = (color: string): number => labels.filter((label) => label.color === color).length
  return [...LABEL_COLORS].sort((a, b) => uses(a) - uses(b))[0] ?? 'grey'
}

function colorOf({ color }: Label) {
  return LABEL_COLORS.find((known) => known === color) ?? 'grey'
}

function LabelEditor({ label, onDone }: { label: Label; onDone: () => void }) {
  const board = useBoard()
  const t = useT()
  const [name, setName] = useState(label.name)
  const [isSure, setSure] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const uses = [...board.store.cards()].filter((card) => !card.isDeleted && card.labels.includes(label.id)).length
  const save = (): void => {
    if (name.trim() !== '' && name !== label.name) board.edits.editLabel(label.id, { name })
  }
  const remove = (): void => {
    board.edits.deleteLabel(label.id)
    const text = t('label.deleted', { name: label.name })
    announce(text)
    toast(text, () => board.undo.undo())
    onDone()
  }
  return (
    <div className="picker label-editor">
      <button
        type="button"
        className="button"
        onClick={() => {
          save()
          onDone()
        }}
      >
        <ArrowLeft className="icon" aria-hidden="true" />
        {t('label.back')}
      </button>
      <input
        ref={field}
        className="field"
        aria-label={t('label.name')}
        value={name}
        maxLength={TITLE_MAX}
        dir="auto"
        onChange={(event) => setName(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229 || event.key !== 'Enter') return
          save()
          onDone()
        }}
      />
      <fieldset className="label-colors">
        <legend>{t('label.color')}</legend>
        {LABEL_COLORS.map((color) => (
          <label key={color} style={labelColor(color)} title={t(`label.${color}`)}>
            <input
              type="radio"
              name="label-color"
              aria-label={t(`label.${color}`)}
              checked={colorOf(label) === color}
              onChange={() => board.edits.editLabel(label.id, { color })}
            />
          </label>
        ))}
      </fieldset>
      {isSure ? (
        <div className="label-sure">
          <p>{t('label.deleteSure', { name: label.name, count: uses })}</p>
          <button type="button" className="button button-edge" onClick={() => setSure(false)}>
            {t('app.cancel')}
          </button>
          <button type="button" className="button button-edge label-delete" onClick={remove}>
            {t('label.delete')}
          </button>
        </div>
      ) : (
        <button type="button" className="button label-delete" onClick={() => setSure(true)}>
          <Trash2 className="icon" aria-hidden="true" />
          {t('label.delete')}
        </button>
      )}
    </div>
  )
}
