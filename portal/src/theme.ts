import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  // Shades 6 and 7, the defaults, are too pale for WCAG AA under white text.
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, sans-serif',
});

/** Darker grey for small print and errors than Mantine's own, which miss 4.5:1. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#52585f',
    '--mantine-color-error': '#b42318',
    '--mantine-color-placeholder': '#666d75',
  },
  dark: {
    '--mantine-color-dimmed': '#b4bac2',
    '--mantine-color-error': '#ff9b9b',
    '--mantine-color-placeholder': '#a3a9b1',
    '--mantine-color-anchor': '#a8bbff',
  },
});
