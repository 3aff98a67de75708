// Where I choose my name and colour, and on a phone what the rail has no room for.

import { useLanguage, useT } from '../i18n/index.ts'
import { COLORS } from '../presence/colors.ts'
import { changeMe, useMe } from '../presence/me.ts'
import { Popup } from './Popup.tsx'
import type { Place } from './PopupButton.tsx'
import { PHONE, useMedia } from './use-media.ts'
import { useTheme } from './use-theme.ts'

export function ProfileDetail({ place }: { place: Place }) {
  const t = useT()
  const me = useMe()
  return (
    <Popup place={place} side={useMedia(PHONE) ? 'top' : 'right'} align="end" sideOffset={8}>
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
    </Popup>
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
