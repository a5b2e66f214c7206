import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** How something is: in words, with a mark whose form and colour say how good that is. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'accent';

export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="tl-state" data-tone={tone}>
      {children}
    </span>
  );
}

const ICON: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  warn: 'alert',
  bad: 'alert',
  quiet: 'info',
  accent: 'info',
};

/** Something to know or to do, set off from the rest. */
export function Notice(props: {
  tone: Tone;
  title?: ReactNode;
  role?: 'alert' | 'status' | 'note';
  children?: ReactNode;
}) {
  const { tone, title, role, children } = props;
  return (
    <div className="tl-notice" data-tone={tone} {...(role === undefined ? {} : { role })}>
      <span style={{ color: 'var(--tl-tone)', paddingTop: 2 }}>
        <Icon name={ICON[tone]} />
      </span>
      <div style={{ minWidth: 0, flex: 1 }}>
        {title !== undefined && <div style={{ fontWeight: 600 }}>{title}</div>}
        {children}
      </div>
    </div>
  );
}

/** Why something that was asked for was not done, in the words of the API. Nothing where all is well. */
export function Refused({ error }: { error: Error | null | undefined }) {
  if (error === null || error === undefined) return null;
  return (
    <Notice tone="bad" role="alert">
      {error.message}
    </Notice>
  );
}
