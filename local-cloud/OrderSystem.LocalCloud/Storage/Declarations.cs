using System.Text;
using System.Text.Json.Nodes;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>
/// Stores the properties of resources that were created or changed through an API, so that the resources survive a restart.
/// Resources that the template declares are not stored here.
/// </summary>
internal sealed class Declarations
{
    private readonly string _path;
    private readonly JsonObject _declared;
    private readonly Lock _gate = new();

    /// <param name="path">The path of the file in which the declarations are stored. The file is created when the first resource
    /// is declared.</param>
    public Declarations(string path)
    {
        _path = path;
        PrivateFiles.Restrict(path);
        _declared = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject() : [];
    }

    /// <summary>The names and properties of all declared resources.</summary>
    public IReadOnlyList<(string Name, JsonObject Properties)> All
    {
        get
        {
            lock (_gate)
                return [.. _declared.Select(declared => (declared.Key, declared.Value!.DeepClone().AsObject()))];
        }
    }

    /// <summary>
    /// Adds or replaces properties in the declaration of a resource. The change is on disk when the method returns.
    /// </summary>
    public void Set(string name, IEnumerable<KeyValuePair<string, JsonNode?>> properties)
    {
        lock (_gate)
        {
            var noted = _declared[name] as JsonObject ?? [];
            foreach (var (property, value) in properties)
                noted[property] = value?.DeepClone();
            _declared[name] = noted;
            Write();
        }
    }

    /// <summary>Removes the declaration of a resource. The change is on disk when the method returns.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            if (_declared.Remove(name))
                Write();
        }
    }

    private void Write()
    {
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(_path)!);
        AtomicFile.Write(_path, Encoding.UTF8.GetBytes(_declared.ToJsonString()));
    }
}
