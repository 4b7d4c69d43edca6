using Microsoft.AspNetCore.Components;
using OpenGradient.Explorer.Asking;

namespace OpenGradient.Explorer.Parts;

/// <summary>A column of a table: its heading, and what a row shows in it.</summary>
public sealed record TableColumn(string Title, RenderFragment<Row> Cell, bool IsNumber = false);
