<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace Throughline\FreePBX;

/** One DID in the form: what was shown, what is wanted now, and why it was refused. */
final class DidRow
{
    public function __construct(
        public readonly string $did,
        /** What stood in the field when the page was made. */
        public readonly string $was,
        /** What stands in it now; '' means that the global settings apply. */
        public readonly string $wanted,
        public readonly bool $ticked = false,
        public readonly ?string $problem = null,
        /** Whether the problem is that somebody else has changed it. */
        public readonly bool $isOvertaken = false,
    ) {
    }

    public function changed(): bool
    {
        return trim($this->wanted) !== trim($this->was);
    }

    public function refused(string $problem): self
    {
        return new self($this->did, $this->was, $this->wanted, $this->ticked, $problem);
    }

    /** Somebody else has changed it since the page was made; to send it again replaces that. */
    public function overtaken(string $now): self
    {
        $says = $now === ''
            ? _('Meanwhile this was changed to global. Update again to replace that.')
            : sprintf(_('Meanwhile this was changed to %s. Update again to replace that.'), $now);
        return new self($this->did, $now, $this->wanted, $this->ticked, $says, true);
    }

    public function saved(): self
    {
        $shown = PhoneNumber::shown(PhoneNumber::read($this->wanted));
        return new self($this->did, $shown, $shown);
    }

    public function ticked(): self
    {
        return new self($this->did, $this->was, $this->wanted, true, $this->problem);
    }

    public function filled(string $number): self
    {
        return $this->ticked ? new self($this->did, $this->was, $number, true) : $this;
    }
}
