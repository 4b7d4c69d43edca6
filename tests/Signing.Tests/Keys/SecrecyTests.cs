using System.Collections;
using System.Diagnostics;
using System.Reflection;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Signing.Tests.Keys;

/// <summary>Whatever prints, inspects or logs these objects meets no secret.</summary>
public sealed class SecrecyTests
{
    private const string Key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string Password = "correct-horse-battery";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_text_and_no_property_shows_a_key_or_a_password()
    {
        using var password = new SecretPassword(Password);
        var raw = KeySettings.Read(KeySettingNames.Operator, name => name == "OG_PRIVATE_KEY" ? Key : null);
        var keystore = KeySettings.Read(
            KeySettingNames.Operator, name => name switch { "OG_KEYSTORE" => "file", "OG_KEYSTORE_PASSWORD" => Password, _ => null });
        using var opened = Assert.IsType<KeyOpening.Opened>(await raw.OpenAsync(new ChainId(31337), Stop));

        foreach (var item in (object[])[password, raw, keystore, opened, opened.Signer, await keystore.OpenAsync(new ChainId(1), Stop)])
        {
            var shown = string.Join('\n', Shown(item, depth: 3));
            Assert.Contains(item.GetType().Name, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Key[2..], shown, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void The_debugger_is_told_not_to_look_into_a_password()
    {
        Assert.Equal("a password", typeof(SecretPassword).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        foreach (var field in typeof(SecretPassword).GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
            Assert.Equal(DebuggerBrowsableState.Never, field.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State);
    }

    [Fact]
    public void A_password_is_wiped()
    {
        var password = new SecretPassword(Password);
        var view = password.Text;

        password.Dispose();

        Assert.True(view.IndexOfAnyExcept('\0') < 0);
    }

    // What a dump by reflection, such as a logger's, would write: the text, and the public properties of it and of what is in them.
    private static IEnumerable<string> Shown(object item, int depth)
    {
        yield return $"{item.GetType().Name} {item}";
        if (depth == 0 || item is string or IEnumerable || item.GetType().IsPrimitive || item.GetType().Namespace?.StartsWith("System", StringComparison.Ordinal) == true)
            yield break;
        foreach (var property in item.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike))
        {
            if (property.GetValue(item) is not { } value)
                continue;
            foreach (var line in Shown(value, depth - 1))
                yield return line;
        }
    }
}
