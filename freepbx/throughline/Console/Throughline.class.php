<?php
// SPDX-License-Identifier: GPL-3.0-or-later

declare(strict_types=1);

namespace FreePBX\Console\Command;

use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** fwconsole throughline */
class Throughline extends Command
{
    protected function configure(): void
    {
        $this->setName('throughline')
            ->setDescription(_('Failover of the Throughline account'))
            ->setDefinition([
                new InputArgument('args', InputArgument::IS_ARRAY, 'status, pull, set-global <number|none>, set-did <did> <number|global>'),
            ]);
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $arguments = $input->getArgument('args');
        [$code, $lines] = \FreePBX::create()->Throughline->command(is_array($arguments) ? array_map(strval(...), array_values($arguments)) : []);
        foreach ($lines as $line) {
            // What the service says is no markup of the console's.
            $output->writeln($line, OutputInterface::OUTPUT_RAW);
        }
        return $code;
    }
}
