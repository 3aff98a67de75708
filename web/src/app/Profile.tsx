// My name and colour, as the others see them.

import { Popover } from 'radix-ui'
import { useLanguage, useT } from '../i18n/index.ts'
import { Avatar } from '../presence/Avatar.tsx'
import { COLORS } from '../presence/colors.ts'
import { changeMe, useMe } from '../presence/me.ts'
import { useTheme } from './theme.ts'

export function Profile() {
  const t = useT()
  const me = useMe()
  return (
    <Popover.Root>
      <Popover.Trigger className="rail-go rail-me" aria-label={t('me.open', { name: me.name })} title={me.name}>
        <Avatar name={me.name} color={me.color} size={28} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" side="right" align="end" sideOffset={8} collisionPadding={8}>
          <h2>{t('me.title')}</h2>
          <p className="quiet">{t('me.hint')}</p>
          <label className="me-name">
            <span>{t('me.name')}</span>
            <input
              className="field"
              value={me.name}
              maxLength={40}
              autoComplete="off"
              onChange={(event) => changeMe({ name: event.target.value })}
            />
          </label>
          <fieldset className="me-colors">
            <legend>{t('me.color')}</legend>
            {Array.from({ length: COLORS }, (_, at) => at + 1).map((color) => (
              <label key={color} style={{ '--person': `var(--person-${color})` } as React.CSSProperties}>
                <input
                  type="radio"
                  name="color"
                  aria-label={t('me.colorOption', { n: color })}
                  checked={me.color === color}
                  onChange={() => changeMe({ color })}
                />
              </label>
            ))}
          </fieldset>
          <PhoneChoices />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** On a phone the rail has no room for these. */
function PhoneChoices() {
  const { language, choose, t } = useLanguage()
  const { theme, next } = useTheme()
  return (
    <div className="me-phone">
      <button type="button" className="button button-edge" onClick={() => choose(language === 'ko' ? 'en' : 'ko')}>
        {language === 'ko' ? 'English' : '한국어'}
      </button>
      <button type="button" className="button button-edge" onClick={next}>
        {t(`app.theme.${theme}`)}
      </button>
    </div>
  )
}
