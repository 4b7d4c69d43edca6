using System.Globalization;

namespace OpenGradient.BindingGenerator.Naming;

/// <summary>Hands out each name once. A name that is taken gets a number, so that the same input always gives the same names.</summary>
internal sealed class Scope(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    public string Take(string name, string suffixIfTaken = "")
    {
        if (_taken.Add(name))
            return name;

        var free = name + suffixIfTaken;
        for (var number = 2; !_taken.Add(free); number++)
            free = name + suffixIfTaken + number.ToString(CultureInfo.InvariantCulture);
        return free;
    }

    /// <summary>Takes a name under which all the names made of it are free.</summary>
    public string TakeAll(string name, Func<string, string[]> madeOf)
    {
        var free = name;
        for (var number = 2; madeOf(free).Any(_taken.Contains); number++)
            free = name + number.ToString(CultureInfo.InvariantCulture);
        _taken.UnionWith(madeOf(free));
        return free;
    }
}
