import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from './config-schema.ts';

/** Where log lines go; standard output in the service. */
export interface LogOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** The log of the process: JSON lines for programs, text lines for people. */
export function createLog(settings: Config['log'], output: LogOutput): Logger {
  const text = settings.format === 'text' || (settings.format === 'auto' && output.isTTY === true);
  const destination: DestinationStream = {
    write: (line) => {
      output.write(text ? textLine(line) : line);
    },
  };
  return pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

/** `09:30:00.123 warn  trunk1: the message  key=value`; what peers sent is quoted, so that it cannot steer a terminal. */
function textLine(line: string): string {
  const parsed: unknown = JSON.parse(line);
  if (typeof parsed !== 'object' || parsed === null) return line;
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const time = String(fields.get('time')).slice(11, 23);
  const level = String(fields.get('level')).padEnd(5);
  const from = fields.has('trunkServer') ? `${String(fields.get('trunkServer'))}: ` : '';
  const message = String(fields.get('msg') ?? '');
  for (const shown of ['time', 'level', 'trunkServer', 'msg']) fields.delete(shown);
  const rest = [...fields].map(([key, value]) => `  ${key}=${JSON.stringify(value)}`).join('');
  return `${time} ${level} ${from}${printable(message)}${printable(rest)}\n`;
}

function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
