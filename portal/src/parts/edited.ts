import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, ask, askTagged, type Tagged } from '../api/client.ts';
import { texts } from '../texts/en.ts';

/**
 * What is edited at `path`, and a way to change it only while it still is what is known here. Where somebody else was
 * faster, `now` is what they set, and the change is refused with an ApiError of status 412.
 */
export function useEdited<T>(
  path: string,
  shown: T,
  same: (one: T, other: T) => boolean,
  { enabled = true }: { readonly enabled?: boolean } = {},
) {
  const client = useQueryClient();
  const queryKey = ['edited', path];
  const known = useQuery({ queryKey, queryFn: () => askTagged<T>(path), enabled });
  const change = async <C>(method: 'PUT' | 'PATCH' | 'DELETE', body?: unknown): Promise<C> => {
    const read =
      known.data ?? (await client.fetchQuery<Tagged<T>>({ queryKey, queryFn: () => askTagged<T>(path) }));
    if (known.data === undefined && !same(read.value, shown)) {
      throw new ApiError(412, { detail: texts.changedMeanwhile });
    }
    try {
      return await ask<C>(method, path, body, { ifMatch: read.tag });
    } catch (error) {
      const now = error instanceof ApiError ? error.now<T>() : undefined;
      if (now !== undefined) client.setQueryData<Tagged<T>>(queryKey, now);
      throw error;
    }
  };
  return { now: known.data?.value ?? shown, change };
}

/**
 * Fields that somebody else may change meanwhile: where nothing was typed, what they set is shown; else what was typed
 * stays, and `conflict` says that there are two. `idle`: no change of ours is on its way.
 */
export function useBoth<F>(fields: {
  readonly shown: F;
  readonly now: F;
  readonly typed: F;
  readonly show: (fields: F) => void;
  readonly same: (one: F, other: F) => boolean;
  readonly idle: boolean;
}) {
  const { shown, now, typed, show, same, idle } = fields;
  const [seen, setSeen] = useState(shown);
  const takeTheirs = () => {
    setSeen(now);
    show(now);
  };
  const conflict = idle && !same(seen, now);
  if (conflict && (same(typed, seen) || same(typed, now))) takeTheirs();
  return { conflict, takeTheirs };
}

/** Changes what a list shows, where it still is as it is shown there. */
export async function changeShown<T, C>(
  method: 'PATCH' | 'DELETE',
  path: string,
  shown: T,
  settings: (of: T) => unknown,
  body?: unknown,
): Promise<C> {
  const { value, tag } = await askTagged<T>(path);
  if (JSON.stringify(settings(value)) !== JSON.stringify(settings(shown))) {
    throw new ApiError(412, { detail: texts.changedMeanwhile });
  }
  return await ask<C>(method, path, body, { ifMatch: tag });
}
