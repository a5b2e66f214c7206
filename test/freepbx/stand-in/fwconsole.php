<?php

declare(strict_types=1);

// What `fwconsole throughline …` does.

use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

require __DIR__ . '/FreePBX.php';
FreePBX::create();
require STAND_IN_MODULE . '/Console/Throughline.class.php';

$input = new class (array_slice($argv, 1)) implements InputInterface {
    public function __construct(private readonly array $arguments)
    {
    }

    public function getArgument(string $name)
    {
        return $this->arguments;
    }
};
$output = new class () implements OutputInterface {
    public function writeln(string|iterable $messages, int $options = 0)
    {
        // As Symfony does, where it is not told to leave the line as it is.
        echo $options === self::OUTPUT_RAW ? $messages : preg_replace('/<[^>]*>/', '', $messages), "\n";
    }
};
exit((new FreePBX\Console\Command\Throughline())->run($input, $output));
