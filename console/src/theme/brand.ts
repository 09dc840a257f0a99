import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components'

/** Deep-sea teal: shade 80 has 4.7:1 on white, shade 110 has 7:1 on the dark background. */
const brand: BrandVariants = {
  10: '#020506',
  20: '#0b1d20',
  30: '#0c3136',
  40: '#0b4047',
  50: '#094f58',
  60: '#085f6a',
  70: '#076f7b',
  80: '#0b7d8a',
  90: '#2a909c',
  100: '#44a1ac',
  110: '#5eb1bb',
  120: '#79c1ca',
  130: '#95d1d8',
  140: '#b1e0e5',
  150: '#cdeef1',
  160: '#e6f8f9',
}

const fontFamilyBase =
  "'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, Roboto, 'Helvetica Neue', Arial, sans-serif"

export const lightTheme: Theme = { ...createLightTheme(brand), fontFamilyBase }

export const darkTheme: Theme = {
  ...createDarkTheme(brand),
  fontFamilyBase,
  colorBrandForeground1: brand[110],
  colorBrandForeground2: brand[120],
  colorBrandForegroundLink: brand[110],
  colorBrandForegroundLinkHover: brand[120],
}
