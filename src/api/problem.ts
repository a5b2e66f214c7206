import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { assertNever } from '../base/assert-never.ts';
import { tagOf } from '../control/edit-tags.ts';
import type { ControlError, Problem } from '../control/errors.ts';
import { toEdited } from './entity-tags.ts';
import { type ProblemDocument, toProblemEntry } from './schemas/problem.ts';

/** RFC 9457 section 3. */
export const PROBLEM_TYPE = 'application/problem+json';

const THINGS: Record<Extract<ControlError, { kind: 'notFound' }>['what'], string> = {
  account: 'account with the id',
  trunkGroup: 'trunk group with the id',
  did: 'DID',
  gateway: 'gateway with the id',
  call: 'call with the id',
  revision: 'revision',
  apiKey: 'API key with the id',
  trunkServer: 'trunk server',
  user: 'user with the id',
  login: 'login with the id',
  invitation: 'invitation with the id',
  auditEntry: 'entry of the audit log with the id',
};

const LOGIN_REFUSED: Record<Extract<ControlError, { kind: 'loginRefused' }>['reason'], string> = {
  password: 'The e-mail address or the password is wrong.',
  codeNeeded: 'This login has a second factor: send a code of the authenticator app, or a recovery code.',
  code: 'The code is wrong, or was used already.',
};

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

function documentOf(
  status: number,
  code: ProblemDocument['code'],
  detail: string,
  errors: readonly Problem[] = [],
): ProblemDocument {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(errors.length === 0 ? {} : { errors: errors.map(toProblemEntry) }),
  };
}

/** What people read where several things are wrong: the first, and how many more there are. */
function summary(problems: readonly Problem[]): string {
  const [first] = problems;
  if (first === undefined) return 'The request cannot be done.';
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return `${first.field}: ${first.message}${more}`;
}

/** `inside`: whether the asker may read how the database is reached and why it fails. */
function documentOfError(error: ControlError, inside: boolean): ProblemDocument {
  switch (error.kind) {
    case 'notFound':
      return documentOf(404, 'notFound', `There is no ${THINGS[error.what]} ${error.id}.`);
    case 'conflict':
      return documentOf(409, 'conflict', summary(error.problems), error.problems);
    case 'changedMeanwhile':
      return {
        ...documentOf(
          412,
          'changedMeanwhile',
          'It was changed since you read it, so nothing was changed now. "current" is what is there; look at both, and ask again with its ETag.',
        ),
        current: toEdited(error.current),
      };
    case 'underWay':
      return documentOf(409, 'underWay', 'The same request is being done just now. Ask again in a second.');
    case 'keyReused':
      return documentOf(
        422,
        'keyReused',
        'Another request came with this Idempotency-Key within the last 24 hours. Choose a new one for each thing that is to be done.',
      );
    case 'refused':
      return documentOf(422, 'refused', summary(error.problems), error.problems);
    case 'forbidden':
      return documentOf(403, 'forbidden', error.message);
    case 'loginRefused':
      return { ...documentOf(401, 'unauthorized', LOGIN_REFUSED[error.reason]), reason: error.reason };
    case 'tooManyTries':
      return documentOf(429, 'tooManyTries', `Too many tries. Try again in ${inWords(error.retryAfter)}.`);
    case 'linkNotValid':
      return documentOf(404, 'notFound', 'This link was used already, has ended, or never was one.');
    case 'storeUnavailable':
      return documentOf(
        503,
        'storeUnavailable',
        `The store cannot be reached; nothing was changed. Try again.${inside ? ` (${error.message})` : ''}`,
      );
    default:
      return assertNever(error);
  }
}

/** Makes `document` the answer: sets status and headers; the caller returns or sends it. */
function answerWith(reply: FastifyReply, document: ProblemDocument): ProblemDocument {
  if (document.status === 503) reply.header('retry-after', '5');
  reply.code(document.status).type(PROBLEM_TYPE);
  return document;
}

/** What the control plane refused. */
export function refuse(reply: FastifyReply, error: ControlError): ProblemDocument {
  if (error.kind === 'changedMeanwhile') reply.header('etag', tagOf(error.current));
  if (error.kind === 'underWay') reply.header('retry-after', '1');
  if (error.kind === 'tooManyTries') reply.header('retry-after', `${error.retryAfter}`);
  return answerWith(reply, documentOfError(error, reply.request.asker?.scope.kind === 'operator'));
}

/** What does not fit the schema of its route. */
export function refuseRequest(reply: FastifyReply, problems: readonly Problem[]): ProblemDocument {
  return answerWith(reply, documentOf(400, 'badRequest', summary(problems), problems));
}

export function refuseUnauthorized(reply: FastifyReply, detail: string): ProblemDocument {
  reply.header('www-authenticate', 'Bearer realm="throughline"');
  return answerWith(reply, documentOf(401, 'unauthorized', detail));
}

export function refuseRoute(reply: FastifyReply, method: string, path: string): ProblemDocument {
  const shown = path.length > 200 ? `${path.slice(0, 199)}…` : path;
  const detail = `There is no ${method} ${shown}; /api/docs lists what there is.`;
  return answerWith(reply, documentOf(404, 'notFound', detail));
}

/** What the HTTP layer itself found wrong (bad JSON, too large, wrong media type). */
export function refuseHttp(reply: FastifyReply, status: number, detail: string): ProblemDocument {
  const code = status === 413 ? 'tooLarge' : status === 415 ? 'unsupportedMediaType' : 'badRequest';
  return answerWith(reply, documentOf(status, code, detail));
}

/** What Node could not read as a request; `code` is Node's name for it. */
export function unreadable(code: string | undefined): ProblemDocument {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return documentOf(408, 'badRequest', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return documentOf(431, 'badRequest', 'The header of the request is too large.');
    case 'HPE_INVALID_METHOD':
      return documentOf(400, 'badRequest', 'The request begins with a method that HTTP does not have.');
    default:
      return documentOf(400, 'badRequest', 'This is not a request that can be read as HTTP/1.1.');
  }
}

/** A bug of ours; what it was is in the log. */
export function refuseInternal(reply: FastifyReply): ProblemDocument {
  const detail = 'Something went wrong in the service, not in your request; its log says what.';
  return answerWith(reply, documentOf(500, 'internal', detail));
}
