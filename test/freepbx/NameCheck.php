<?php

declare(strict_types=1);

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\NodeTraverser;
use PhpParser\NodeVisitor\NameResolver;
use PhpParser\NodeVisitorAbstract;
use PhpParser\ParserFactory;

require_once 'PhpParser/autoload.php';

/**
 * Whether every class, function, method, property and constant that a file names is there, and takes as many
 * arguments as it is given: what the lowest levels of a static analyser ask. The type of a value is known where it is
 * $this, a class, a parameter or a property with a type, or what a method with a type returns.
 */
final class NameCheck extends NodeVisitorAbstract
{
    /** @var list<string> */
    private array $problems = [];
    /** @var list<string|null> of the classes that we are in; null for one without a name */
    private array $classes = [];
    /** @var list<array<string, string>> class of each parameter, of the functions that we are in */
    private array $variables = [[]];
    public int $looked = 0;

    /** @return list<string> */
    public static function problems(string $code, ?int &$looked = null): array
    {
        $check = new self();
        $nodes = (new ParserFactory())->create(ParserFactory::PREFER_PHP7)->parse($code) ?? [];
        foreach ([new NameResolver(), $check] as $visitor) {
            $traverser = new NodeTraverser();
            $traverser->addVisitor($visitor);
            $nodes = $traverser->traverse($nodes);
        }
        $looked = ($looked ?? 0) + $check->looked;
        return $check->problems;
    }

    public function enterNode(Node $node): null
    {
        if ($node instanceof Node\Stmt\ClassLike) {
            $this->classes[] = isset($node->namespacedName) ? (string) $node->namespacedName : null;
        }
        if ($node instanceof Node\FunctionLike) {
            $this->enter($node);
        }
        match (true) {
            $node instanceof Expr\New_ => $this->created($node),
            $node instanceof Expr\FuncCall => $this->called($node),
            $node instanceof Expr\StaticCall => $this->method($this->named($node->class), $node),
            $node instanceof Expr\MethodCall, $node instanceof Expr\NullsafeMethodCall => $this->method($this->typeOf($node->var), $node),
            $node instanceof Expr\PropertyFetch => $this->property($node),
            $node instanceof Expr\ClassConstFetch => $this->constant($node),
            default => null,
        };
        return null;
    }

    public function leaveNode(Node $node): null
    {
        if ($node instanceof Node\Stmt\ClassLike) {
            array_pop($this->classes);
        }
        if ($node instanceof Node\FunctionLike) {
            array_pop($this->variables);
        }
        return null;
    }

    private function enter(Node\FunctionLike $function): void
    {
        // An anonymous function sees those around it, where they are not its own.
        $known = $function instanceof Expr\Closure || $function instanceof Expr\ArrowFunction ? $this->variables[count($this->variables) - 1] : [];
        foreach ($function->getParams() as $parameter) {
            $name = $parameter->var instanceof Expr\Variable ? $parameter->var->name : '';
            if (is_string($name)) {
                unset($known[$name]);
                $type = $parameter->type instanceof Node\NullableType ? $parameter->type->type : $parameter->type;
                if ($type instanceof Node\Name && !$parameter->variadic) {
                    $known[$name] = (string) $this->named($type);
                }
            }
        }
        $this->variables[] = array_filter($known);
    }

    private function created(Expr\New_ $node): void
    {
        $class = $node->class instanceof Node\Stmt\Class_ ? null : $this->named($node->class);
        $constructor = $class === null ? null : (new ReflectionClass($class))->getConstructor();
        if ($constructor !== null) {
            $this->count($class . '::__construct', $constructor, $node);
        }
    }

    private function called(Expr\FuncCall $node): void
    {
        if (!$node->name instanceof Node\Name) {
            return;
        }
        $names = [(string) ($node->name->getAttribute('namespacedName') ?? $node->name), (string) $node->name];
        foreach ($names as $name) {
            if (function_exists($name)) {
                $this->count($name, new ReflectionFunction($name), $node);
                return;
            }
        }
        $this->tell($node, $names[1] . '() is no function');
    }

    private function method(?string $class, Expr\StaticCall|Expr\MethodCall|Expr\NullsafeMethodCall $node): void
    {
        if ($class === null || !$node->name instanceof Node\Identifier) {
            return;
        }
        $name = (string) $node->name;
        if (!method_exists($class, $name)) {
            $this->tell($node, "$class has no method $name");
            return;
        }
        $this->count("$class::$name", new ReflectionMethod($class, $name), $node);
    }

    private function property(Expr\PropertyFetch $node): void
    {
        $class = $this->typeOf($node->var);
        if ($class !== null && $node->name instanceof Node\Identifier && !property_exists($class, (string) $node->name)) {
            $this->tell($node, "$class has no property {$node->name}");
        }
        $this->looked += $class === null ? 0 : 1;
    }

    private function constant(Expr\ClassConstFetch $node): void
    {
        $class = $this->named($node->class);
        $name = $node->name instanceof Node\Identifier ? (string) $node->name : 'class';
        if ($class !== null && $name !== 'class' && !(new ReflectionClass($class))->hasConstant($name)) {
            $this->tell($node, "$class has no constant $name");
        }
        $this->looked += 1;
    }

    private function count(string $what, ReflectionFunctionAbstract $function, Expr\CallLike $node): void
    {
        $this->looked += 1;
        if ($node->isFirstClassCallable()) {
            return;
        }
        $given = $node->getArgs();
        $open = array_filter($given, static fn (Node\Arg $one): bool => $one->unpack || $one->name !== null) !== [];
        $most = $function->isVariadic() ? PHP_INT_MAX : $function->getNumberOfParameters();
        if (!$open && (count($given) < $function->getNumberOfRequiredParameters() || count($given) > $most)) {
            $this->tell($node, "$what does not take " . count($given) . ' arguments');
        }
    }

    private function typeOf(Expr $value): ?string
    {
        if ($value instanceof Expr\Variable && is_string($value->name)) {
            return $value->name === 'this' ? $this->classes[count($this->classes) - 1] ?? null : $this->variables[count($this->variables) - 1][$value->name] ?? null;
        }
        if ($value instanceof Expr\New_) {
            return $value->class instanceof Node\Stmt\Class_ ? null : $this->named($value->class);
        }
        if (!isset($value->name) || !$value->name instanceof Node\Identifier) {
            return null;
        }
        $name = (string) $value->name;
        $class = $value instanceof Expr\StaticCall ? $this->named($value->class) : (isset($value->var) ? $this->typeOf($value->var) : null);
        $type = match (true) {
            $class === null => null,
            $value instanceof Expr\PropertyFetch => property_exists($class, $name) ? (new ReflectionProperty($class, $name))->getType() : null,
            default => method_exists($class, $name) ? (new ReflectionMethod($class, $name))->getReturnType() : null,
        };
        $found = $type instanceof ReflectionNamedType && !$type->isBuiltin() ? $type->getName() : null;
        return in_array($found, ['self', 'static'], true) ? $class : $found;
    }

    /** The class of that name, which must be there; null where the name is not written, or not known. */
    private function named(Node $name): ?string
    {
        if (!$name instanceof Node\Name) {
            return null;
        }
        $written = (string) $name;
        $class = match ($written) {
            'self', 'static' => $this->classes[count($this->classes) - 1] ?? null,
            'parent' => null,
            default => $written,
        };
        if ($class !== null && !class_exists($class) && !interface_exists($class)) {
            $this->tell($name, "$class is no class");
            return null;
        }
        return $class;
    }

    private function tell(Node $node, string $problem): void
    {
        $this->problems[] = "line {$node->getLine()}: $problem";
    }
}
