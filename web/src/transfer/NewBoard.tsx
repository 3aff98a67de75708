// A new board: a name, and what it starts with.

import { Bug, Columns3, FileUp, type LucideIcon, Square, Timer } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useLocation } from 'wouter'
import { closeDialog, openDialog } from '../app/dialogs.ts'
import { boardPath } from '../app/routes.ts'
import { Window } from '../app/Window.tsx'
import { createBoard, TEMPLATES, type Template } from '../app/workspace.ts'
import { useT } from '../i18n/index.ts'
import { BoardNameField, TroubleLine } from './BoardNameField.tsx'
import { troubleOf } from './board-actions.ts'
import './transfer.css'

const ICONS: Record<Template, LucideIcon> = { scrum: Timer, kanban: Columns3, triage: Bug, empty: Square }

export function NewBoard() {
  const t = useT()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const [template, setTemplate] = useState<Template>('scrum')
  const [trouble, setTrouble] = useState('')
  const [isBusy, setBusy] = useState(false)
  const group = useId()
  const canCreate = name.trim() !== '' && !isBusy
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!canCreate) return
    setBusy(true)
    setTrouble('')
    try {
      const id = await createBoard(name.trim(), template)
      closeDialog()
      navigate(boardPath(id))
    } catch (error) {
      setTrouble(troubleOf(error))
      setBusy(false)
    }
  }
  return (
    <Window title={t('transfer.newBoard')} onClose={closeDialog}>
      <form className="transfer-form" onSubmit={(event) => void submit(event)}>
        <BoardNameField name={name} onName={setName} placeholder={t('transfer.namePlaceholder')} />
        <fieldset className="templates">
          <legend>{t('transfer.start')}</legend>
          {TEMPLATES.map((each) => {
            const Icon = ICONS[each]
            return (
              <label key={each}>
                <input type="radio" name={group} checked={template === each} onChange={() => setTemplate(each)} />
                <Icon className="icon" aria-hidden="true" />
                <span>{t(`transfer.template.${each}`)}</span>
                <span className="quiet">{t(`transfer.template.${each}Detail`)}</span>
              </label>
            )
          })}
        </fieldset>
        <TroubleLine trouble={trouble} />
        <div className="window-foot">
          <button type="button" className="button" onClick={() => openDialog({ kind: 'import', board: null })}>
            <FileUp className="icon" aria-hidden="true" />
            {t('transfer.orImport')}
          </button>
          <button type="submit" className="button button-primary push" disabled={!canCreate}>
            {t(isBusy ? 'transfer.creating' : 'transfer.create')}
          </button>
        </div>
      </form>
    </Window>
  )
}
