# Completion of loginctl, the JWT and key toolkit, for PowerShell. Add to $PROFILE:
#
#     loginctl completion powershell | Out-String | Invoke-Expression
#
# What is typed is handed on as it is and never evaluated.
Register-ArgumentCompleter -Native -CommandName loginctl, loginctl.exe -ScriptBlock {
    param($word, $line, $cursor)
    # The words before the cursor, without their quotes. A word that is an expression
    # is handed on as its text.
    $words = @(foreach ($element in $line.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -lt $cursor) {
            if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $element.Value }
            else { $element.Extent.Text }
        }
    })
    # PowerShell 7.2 and older drops an empty argument, and hands on a quoted one.
    $current = if ($word) { $word } elseif ($PSVersionTable.PSVersion -ge [version]'7.3') { '' } else { '""' }
    $lines = @(& $line.CommandElements[0].Extent.Text __complete @words $current 2>$null)
    if ($LASTEXITCODE -ne 0 -or $lines.Count -eq 0) { return }
    $directive = $lines[-1]
    if ($directive.StartsWith(':files')) {
        # What stands before the name, such as --key= or @.
        $prefix = $directive.Substring(6).TrimStart()
        $name = if ($word.Length -ge $prefix.Length) { $word.Substring($prefix.Length) } else { '' }
        Get-ChildItem -Path "$name*" -ErrorAction SilentlyContinue | ForEach-Object {
            $path = if (Split-Path "$name.") { Join-Path (Split-Path "$name.") $_.Name } else { $_.Name }
            $text = $prefix + $path
            if ($text -match '[^\w./\\:@=-]') { $text = "'" + $text.Replace("'", "''") + "'" }
            [System.Management.Automation.CompletionResult]::new($text, $_.Name, 'ProviderItem', $_.FullName)
        }
        return
    }
    foreach ($candidate in $lines | Select-Object -SkipLast 1) {
        $text, $about = $candidate -split "`t", 2
        if (-not $about) { $about = $text }
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about)
    }
}
