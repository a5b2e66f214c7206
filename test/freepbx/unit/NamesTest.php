<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

final class NamesTest extends TestCase
{
    private const MODULE = __DIR__ . '/../../../freepbx/throughline';

    public function testEveryNameOfTheModuleIsThere(): void
    {
        $problems = [];
        $looked = 0;
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(self::MODULE)) as $file) {
            if ($file instanceof SplFileInfo && $file->getExtension() === 'php') {
                foreach (NameCheck::problems((string) file_get_contents($file->getPathname()), $looked) as $problem) {
                    $problems[] = $file->getBasename() . ' ' . $problem;
                }
            }
        }
        self::assertSame([], $problems);
        self::assertGreaterThan(500, $looked);
    }

    /** @return iterable<string, array{string, string}> */
    public static function mistakes(): iterable
    {
        yield 'class' => ['new Gone();', 'Gone is no class'];
        yield 'function' => ['strlenn("x");', 'strlenn() is no function'];
        yield 'arguments' => ['strlen("x", 1);', 'strlen does not take 2 arguments'];
        yield 'static method' => ['Throughline\FreePBX\Text::off(1);', 'has no method off'];
        yield 'constant' => ['echo Throughline\FreePBX\TrunkSettings::PREFIX;', 'has no constant PREFIX'];
        yield 'constructor' => ['new Throughline\FreePBX\Notice("danger");', '__construct does not take 1 arguments'];
        yield 'method of a parameter' => ['function f(Throughline\FreePBX\Form $form) { $form->taxt("x"); }', 'Form has no method taxt'];
        yield 'property of a parameter' => ['fn (Throughline\FreePBX\DidRow $row) => $row->dit;', 'DidRow has no property dit'];
        yield 'method of what is returned' => ['Throughline\FreePBX\Ledger::from(1)->undo();', 'Ledger has no method undo'];
        yield 'of a nullable parameter' => ['function f(?Throughline\FreePBX\Form $form) { $form?->taxt("x"); }', 'Form has no method taxt'];
    }

    /** @dataProvider mistakes */
    public function testAMistakeIsFound(string $code, string $problem): void
    {
        self::assertStringContainsString($problem, implode("\n", NameCheck::problems('<?php ' . $code)));
    }
}
