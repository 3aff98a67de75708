// My name and colour, as the others see them.

import { useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { useMe } from '../presence/me.ts'
import { lazyPart } from './lazy-part.ts'
import { PopupButton } from './PopupButton.tsx'

const ProfileDetail = lazyPart(async () => (await import('./ProfileDetail.tsx')).ProfileDetail)

export function Profile() {
  const t = useT()
  const me = useMe()
  return (
    <PopupButton
      kind="dialog"
      className="rail-go rail-me"
      label={t('me.open', { name: me.name })}
      title={me.name}
      popup={(place) => <ProfileDetail place={place} />}
    >
      <Avatar name={me.name} color={me.color} size={28} />
    </PopupButton>
  )
}
