// The button of a card's menu; the menu itself is fetched later.

import { Ellipsis } from 'lucide-react'
import { lazyPart } from '../app/lazy-part.ts'
import { PopupButton } from '../app/PopupButton.tsx'
import { useT } from '../i18n/index.ts'

const CardMenuItems = lazyPart(async () => (await import('./CardMenuItems.tsx')).CardMenuItems)

export function CardMenu({ id, title }: { id: string; title: string }) {
  const t = useT()
  return (
    <PopupButton
      kind="menu"
      className="button button-icon card-menu"
      label={t('card.menu', { title })}
      tabIndex={-1}
      popup={(place) => <CardMenuItems id={id} place={place} />}
    >
      <Ellipsis className="icon" aria-hidden="true" />
    </PopupButton>
  )
}
