using System.Text.Json;

namespace OpenGradient.Ethereum.Abi;

/// <summary>Reads the JSON description of a contract's interface as solc has written it since 2016.</summary>
internal static class AbiJson
{
    // Each nested tuple takes an object and an array; the rest is the file's own frame.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = (2 * AbiType.MaxNesting) + 8 };

    public static ContractAbi Parse(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8Json, Options);
            var root = json.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("abi"u8, out var abi) ? Read(abi) : Read(root);
        }
        catch (JsonException wrong)
        {
            throw new AbiException(string.Empty, "The interface description is not JSON, or too deeply nested.", wrong);
        }
        catch (InvalidOperationException wrong) when (wrong is not ObjectDisposedException)
        {
            // What JsonElement throws for a value of another kind, and for a string that is not UTF-8.
            throw new AbiException(string.Empty, "The interface description has a value of another kind than expected.", wrong);
        }
    }

    private static ContractAbi Read(JsonElement abi)
    {
        if (abi.ValueKind != JsonValueKind.Array)
            throw new AbiException(string.Empty, "An interface description is an array, or an object whose 'abi' is one.");

        var functions = new List<AbiFunction>();
        var events = new List<AbiEvent>();
        var errors = new List<AbiError>();
        AbiConstructor? constructor = null;
        StateMutability? fallback = null;
        var hasReceive = false;
        var index = 0;
        foreach (var entry in abi.EnumerateArray())
        {
            try
            {
                switch (TextOf(entry, "type") ?? "function")
                {
                    case "function":
                        functions.Add(new AbiFunction(NameOf(entry), Inputs(entry), Parameters(entry, "outputs"), MutabilityOf(entry)));
                        break;
                    case "event":
                        events.Add(new AbiEvent(NameOf(entry), Inputs(entry), IsTrue(entry, "anonymous")));
                        break;
                    case "error":
                        errors.Add(new AbiError(NameOf(entry), Inputs(entry)));
                        break;
                    case "constructor":
                        constructor = new AbiConstructor(Inputs(entry), MutabilityOf(entry) == StateMutability.Payable);
                        break;
                    case "fallback":
                        fallback = MutabilityOf(entry);
                        break;
                    case "receive":
                        hasReceive = true;
                        break;
                    case var other:
                        throw new AbiException("type", $"'{Shown(other)}' is no kind of entry.");
                }
            }
            catch (AbiException wrong)
            {
                throw wrong.Within($"abi[{index}]");
            }

            index++;
        }

        return new ContractAbi(functions, events, errors, constructor) { Fallback = fallback, HasReceive = hasReceive };
    }

    // A name that enters a signature must be one, or it could pose as another function's.
    private static string NameOf(JsonElement entry)
    {
        var name = TextOf(entry, "name") ?? string.Empty;
        var syntax = new AbiSyntax(name);
        if (syntax.ReadWord().Length != name.Length || name.Length == 0 || char.IsAsciiDigit(name[0]))
            throw new AbiException("name", $"'{Shown(name)}' is not a name.");
        return name;
    }

    private static AbiType.Tuple Inputs(JsonElement entry) => Parameters(entry, "inputs");

    private static AbiType.Tuple Parameters(JsonElement entry, string property)
    {
        if (!entry.TryGetProperty(property, out var list))
            return new AbiType.Tuple([]);

        var parameters = new List<AbiParameter>();
        foreach (var item in list.EnumerateArray())
        {
            try
            {
                parameters.Add(Parameter(item));
            }
            catch (AbiException wrong)
            {
                throw wrong.Within($"{property}[{parameters.Count}]");
            }
        }

        return new AbiType.Tuple(parameters);
    }

    private static AbiParameter Parameter(JsonElement item) =>
        new(TextOf(item, "name") ?? string.Empty, TypeOf(item))
        {
            IsIndexed = IsTrue(item, "indexed"),
            InternalType = TextOf(item, "internalType"),
        };

    private static AbiType TypeOf(JsonElement item)
    {
        var text = TextOf(item, "type") ?? throw new AbiException("type", "A parameter has a type.");
        var isTuple = text.StartsWith("tuple", StringComparison.Ordinal) && !text.Contains('(', StringComparison.Ordinal);
        if (!isTuple)
            return AbiType.Parse(text);

        var arrays = new AbiSyntax(text.AsSpan("tuple".Length));
        var type = arrays.ReadArrays(Parameters(item, "components"));
        arrays.ExpectEnd();
        return type;
    }

    // Before 2018 two flags said what one word says now.
    private static StateMutability MutabilityOf(JsonElement entry) => TextOf(entry, "stateMutability") switch
    {
        "pure" => StateMutability.Pure,
        "view" => StateMutability.View,
        "payable" => StateMutability.Payable,
        "nonpayable" => StateMutability.NonPayable,
        null => IsTrue(entry, "constant") ? StateMutability.View
            : IsTrue(entry, "payable") ? StateMutability.Payable
            : StateMutability.NonPayable,
        var other => throw new AbiException("stateMutability", $"'{Shown(other)}' is no mutability."),
    };

    private static string? TextOf(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static bool IsTrue(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
