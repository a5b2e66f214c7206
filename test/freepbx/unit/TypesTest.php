<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

/** What a checker of types would ask for first: every type is written, and what is in an array, too. */
final class TypesTest extends TestCase
{
    private const MODULE = __DIR__ . '/../../../freepbx/throughline';

    /** @return iterable<string, array{string}> */
    public static function files(): iterable
    {
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(self::MODULE)) as $file) {
            if ($file instanceof SplFileInfo && $file->getExtension() === 'php' && !str_contains($file->getPath(), 'views')) {
                yield substr($file->getPathname(), strlen(self::MODULE) + 1) => [$file->getPathname()];
            }
        }
    }

    /** @dataProvider files */
    public function testEveryFileIsStrict(string $file): void
    {
        self::assertStringContainsString("\ndeclare(strict_types=1);\n", (string) file_get_contents($file));
    }

    /** @return iterable<string, array{class-string}> */
    public static function classes(): iterable
    {
        foreach (glob(self::MODULE . '/lib/*.php') ?: [] as $file) {
            $class = 'Throughline\\FreePBX\\' . basename($file, '.php');
            if (class_exists($class) || interface_exists($class)) {
                yield $class => [$class];
            }
        }
    }

    /**
     * @dataProvider classes
     * @param class-string $class
     */
    public function testEveryTypeIsWritten(string $class): void
    {
        $missing = [];
        foreach ((new ReflectionClass($class))->getMethods() as $method) {
            if ($method->getDeclaringClass()->getName() !== $class) {
                continue;
            }
            $said = self::docOf($method);
            $returns = $method->getReturnType();
            if ($returns === null && !$method->isConstructor() && !$method->isDestructor()) {
                $missing[] = $method->getName() . ' has no return type';
            } elseif (str_contains((string) $returns, 'array') && !str_contains($said, '@return')) {
                $missing[] = $method->getName() . ' does not say what is in the array that it returns';
            }
            foreach ($method->getParameters() as $parameter) {
                $type = (string) $parameter->getType();
                $name = '$' . $parameter->getName();
                if (($type === '' || preg_match('/array|callable/', $type) === 1) && preg_match('/@param [^\n]*\\' . $name . '\b/', $said) !== 1) {
                    $missing[] = $method->getName() . " does not say what $name is";
                }
            }
        }
        self::assertSame([], $missing);
    }

    /** With those of the interfaces, whose types hold here, too. */
    private static function docOf(ReflectionMethod $method): string
    {
        $said = (string) $method->getDocComment();
        foreach ($method->getDeclaringClass()->getInterfaces() as $interface) {
            $said .= $interface->hasMethod($method->getName()) ? (string) $interface->getMethod($method->getName())->getDocComment() : '';
        }
        return $said;
    }
}
