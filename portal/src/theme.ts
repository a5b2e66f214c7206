import { type CSSVariablesResolver, createTheme, Drawer, Modal, Paper, Table } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  colors: {
    dark: [
      '#dfe3e8',
      '#b4bac2',
      '#98a0a9',
      '#6a727b',
      '#454c55',
      '#373d45',
      '#262b31',
      '#1d2024',
      '#15171a',
      '#101214',
    ],
  },
  // Shades 6 and 7, the defaults, are too pale for WCAG AA under white text.
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, sans-serif',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    // Their <header> is not the page's banner, which is there once.
    Drawer: Drawer.extend({ defaultProps: { attributes: { header: { role: 'none' } } } }),
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'none' } } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'md' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
  },
});

/** Darker grey for small print and errors than Mantine's own, which miss 4.5:1; and what states are told with. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#52585f',
    '--mantine-color-error': '#b42318',
    '--mantine-color-placeholder': '#666d75',
    '--tl-page': '#f5f6f8',
    '--tl-card': '#ffffff',
    '--tl-line': '#dfe2e6',
    '--tl-good': '#17663a',
    '--tl-good-soft': '#e6f4ec',
    '--tl-warn': '#7a4a00',
    '--tl-warn-soft': '#fdf2dc',
    '--tl-bad': '#a4211a',
    '--tl-bad-soft': '#fdeceb',
    '--tl-quiet': '#4b5158',
    '--tl-quiet-soft': '#eceef1',
    '--tl-accent': '#3b49c4',
    '--tl-accent-soft': '#e9ebfd',
  },
  dark: {
    '--mantine-color-dimmed': '#b4bac2',
    '--mantine-color-error': '#ff9b9b',
    '--mantine-color-placeholder': '#a3a9b1',
    '--mantine-color-anchor': '#a8bbff',
    '--tl-page': '#15171a',
    '--tl-card': '#1d2024',
    '--tl-line': '#353a41',
    '--tl-good': '#7fd6a3',
    '--tl-good-soft': '#16301f',
    '--tl-warn': '#f0c36d',
    '--tl-warn-soft': '#352a12',
    '--tl-bad': '#ff9b93',
    '--tl-bad-soft': '#3b1b1a',
    '--tl-quiet': '#b9bfc7',
    '--tl-quiet-soft': '#2a2e34',
    '--tl-accent': '#aab6ff',
    '--tl-accent-soft': '#262c4d',
  },
});
