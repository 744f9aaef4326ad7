"""Invented names as they are written in the languages whose banks' files arrive, and the codecs those banks write them in."""

from __future__ import annotations

NAMES = {
    "Lithuanian": (
        "Testa Testaitė", "Pavyzdys Pavyzdžiūnas", "Ąžuolė Žąsinaitė", "Bandomasis Šaltinėlis",
        "Įmantrė Čiurlytė", "Ųdra Bandytoja",
        "Skaičius Skaičiauskas", "Čiobrelė Ėglytė", "Eglė Pavyzdienė", "Žiogas Bandžius", "Mėta Rūtaitė",
        "Šermukšnis Uogų", "Rūgštynė Lapaitė",
        "Parama stogui, ačiū", "Už šiltą žiemą", "Auka vaikų dienos centrui", "Narių mokestis už gegužę",
    ),
    "Latvian": (
        "Testa Bērziņa", "Paraugs Kalniņš", "Ozolu Ābele", "Pētersone Īsā", "Ģirts Paraudziņš",
        "Krūms Ķiršu", "Ļoti Šķībs", "Žubīte Čiekure",
        "Ziedojums jumtam, pateicība", "Maksājums par decembrī", "Liepiņa Rūta", "Upīte Zāle", "Ēvele Ūdra", "Ņikno Pļava",
    ),
    "Estonian": (
        "Näidis Näidisson", "Õnne Kõrvits", "Proov Mäger", "Ülle Jõgi", "Ööbik Põder", "Žanna Šokolaad",
        "Jäär Tüür", "Annetus koguduse tööks",
        "Küünal Särav", "Mõõk Täht", "Põhja Päike", "Kärt Süda",
    ),
    "Polish": (
        "Próba Przykładowska", "Żółta Łódź", "Święta Gęś", "Źdźbło Ściółka", "Ćma Włóczęga",
        "Jabłoń Kwaśna", "Darowizna na cele społeczne",
        "Pięć Gołębi", "Wąż Północny", "Miód Śliwka", "Dzięcioł Duży", "Książka Nowość", "Krzyś Żuraw",
    ),
    "German": (
        "Müller Mustermann", "Jürgen Beispiel", "Käthe Größe", "Björn Übung", "Spende für Kinder",
        "Öffner Schlüssel", "Straße Nord",
        "Ärmel Köhler", "Süß Sauer", "Grüße aus Köln", "Weiß Schwarz", "Rücküberweisung März", "Lösung Häuser",
    ),
    "French": (
        "René Exemple", "Hélène Modèle", "Françoise Forêt", "Noël Château", "Zoé Crêpe", "Don reçu à Noël",
        "Élève Garçon", "Agnès Fenêtre",
        "Benoît Maçon", "Été Brûlé", "Jérôme Pêche", "Théâtre Côté",
    ),
    "Spanish": (
        "José Ejemplo", "Muñeca Pequeña", "Ángel García", "Begoña Peña", "Jesús Canción", "Donación niños",
        "Ramón Jardín", "Inés Árbol",
        "Martínez Limón", "Íñigo Montaña", "Úrsula Cigüeña", "Sebastián Camión",
    ),
    "Nordic": (
        "Prøve Prøvesen", "Åse Eksempel", "Sørine Bjørk", "Gåve til børn", "Ærlig Hånd", "Göran Provsson",
        "Åke Ström", "Märta Sjö",
        "Øystein Strøm", "Pølse Rød", "Bjørn Blå", "Grøn Skov", "Kåre Fjell",
    ),
    "Russian": (
        "Проба Примерова", "Иван Образцов", "Пожертвование на крышу", "Щука Ёлкина", "Юлия Яблокова",
        "Тест Тестович", "Благодарим за помощь",
        "Цветок Шишкин", "Оплата по счёту", "Жук Хвойный", "Эхо Вечернее", "Мария Морозова",
    ),
    "Belarusian": (
        "Проба Прыкладава", "Ўзор Узораў", "Ахвяраванне на дах", "Ірына Яблычная", "Дзякуй за дапамогу",
        "Янка Вясёлы", "Сцяпан Лісіца",
        "Воўк Лясны", "Зоська Рабіна", "Кветка Палявая", "Мікола Дуб", "Алеся Вярба",
    ),
}  # fmt: skip

CODECS = {
    "Lithuanian": ("cp1257", "iso8859-13", "cp775"),
    "Latvian": ("cp1257", "iso8859-13", "cp775"),
    "Estonian": ("cp1257", "cp1252", "iso8859-15", "cp775"),
    "Polish": ("cp1250", "iso8859-2", "cp852", "cp1257"),
    "German": ("cp1252", "iso8859-1", "iso8859-15", "cp850", "cp437", "cp1250", "cp852"),
    "French": ("cp1252", "iso8859-1", "iso8859-15", "cp850", "cp437"),
    "Spanish": ("cp1252", "iso8859-1", "cp850"),
    "Nordic": ("cp1252", "iso8859-1", "cp850"),
    "Russian": ("cp1251", "cp866", "koi8-r"),
    "Belarusian": ("cp1251",),
}
