import { type Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import type { CommandLine } from '../command-line.ts';
import { EXIT } from '../exit-code.ts';
import { type RequestFailure, Service, type ServiceRequest } from './service.ts';

/** The options of every command that talks to a running service. */
export interface ServiceOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: true;
}

export function withService(command: Command): Command {
  return command
    .option('--url <url>', 'where the service is (default: THROUGHLINE_URL, else http://127.0.0.1:8080)')
    .option(
      '--key <key>',
      'better in THROUGHLINE_API_KEY or THROUGHLINE_OPERATOR_KEY: others see a command line',
    )
    .option('--json', 'print what the API answers, as it is');
}

export interface PageOptions extends ServiceOptions {
  readonly limit?: string;
  readonly after?: string;
}

export function withPage(command: Command): Command {
  return withService(command)
    .option('--limit <count>', 'so many at most, up to 1000 (default: 100)', wholeNumber)
    .option('--after <next>', 'what comes after this, as the page before said');
}

/** Asks, and prints the answer in words or as it is; or says what was wrong. */
export async function carryOut<T>(
  line: CommandLine,
  options: ServiceOptions,
  request: ServiceRequest,
  schema: z.ZodType<T>,
  inWords: (answer: T) => string,
): Promise<void> {
  const service = Service.of(options, line.host.environment);
  if (!service.ok) {
    line.fail(service.error);
    return;
  }
  const answer = await service.value.ask(request);
  if (!answer.ok) {
    sayFailure(line, options, answer.error);
    return;
  }
  if (options.json === true) {
    line.sayJson(answer.value);
    return;
  }
  const known = schema.safeParse(answer.value);
  if (known.success) line.say(inWords(known.data));
  else {
    const reason =
      'the service answers in a way that this version does not know; use --json, or its own version';
    line.fail({ exit: EXIT.unavailable, reason });
  }
}

/** Asks for a CSV file and hands it over as it comes; or says what was wrong. True where it came whole. */
export async function carryOutFile(
  line: CommandLine,
  options: ServiceOptions,
  request: ServiceRequest,
  take: (text: string) => void,
): Promise<boolean> {
  const service = Service.of(options, line.host.environment);
  const done = service.ok ? await service.value.askFile(request, take) : service;
  if (!done.ok) sayFailure(line, options, done.error);
  return done.ok;
}

function sayFailure(line: CommandLine, options: ServiceOptions, failure: RequestFailure): void {
  if (options.json === true && failure.problem !== undefined) {
    line.sayJson(failure.problem);
    line.exit = failure.exit;
  } else {
    line.fail(failure);
  }
}

/** `wholeNumber` for the query: the text itself, once it is one. */
export function wholeNumber(text: string): string {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return text;
}

/** One part of a path. */
export function part(text: string): string {
  return encodeURIComponent(text);
}
